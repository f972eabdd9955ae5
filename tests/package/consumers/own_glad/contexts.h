/* The names that ../draw.h calls, for a glad that keeps its functions in a structure. `guarded`
 * stands around it: whoever takes the structure for a larger one is seen. */
#include <glad/gl.h>

static struct {
    GladGLContext gl;
    unsigned char guard[8192];
} guarded;

#define glCreateShader            guarded.gl.CreateShader
#define glShaderSource            guarded.gl.ShaderSource
#define glCompileShader           guarded.gl.CompileShader
#define glCreateProgram           guarded.gl.CreateProgram
#define glGenFramebuffers         guarded.gl.GenFramebuffers
#define glGenRenderbuffers        guarded.gl.GenRenderbuffers
#define glBindRenderbuffer        guarded.gl.BindRenderbuffer
#define glRenderbufferStorage     guarded.gl.RenderbufferStorage
#define glBindFramebuffer         guarded.gl.BindFramebuffer
#define glFramebufferRenderbuffer guarded.gl.FramebufferRenderbuffer
#define glViewport                guarded.gl.Viewport
#define glAttachShader            guarded.gl.AttachShader
#define glLinkProgram             guarded.gl.LinkProgram
#define glUseProgram              guarded.gl.UseProgram
#define glGenVertexArrays         guarded.gl.GenVertexArrays
#define glBindVertexArray         guarded.gl.BindVertexArray
#define glEnableVertexAttribArray guarded.gl.EnableVertexAttribArray
#define glBindBuffer              guarded.gl.BindBuffer
#define glVertexAttribPointer     guarded.gl.VertexAttribPointer
#define glClear                   guarded.gl.Clear
#define glDrawArrays              guarded.gl.DrawArrays
#define glReadPixels              guarded.gl.ReadPixels
#define glGetError                guarded.gl.GetError
